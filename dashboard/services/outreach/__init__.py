"""Outreach: where the agency met its community, whom it reached, what it promised, and how trust stands beside it."""
