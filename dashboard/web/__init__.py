"""Plain HTTP routes beside the dashboard: sign-in, open data, health."""
