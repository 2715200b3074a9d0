"""Sources of what the agency does: stops, searches, arrests, force, complaints, population."""
