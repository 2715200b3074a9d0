"""The script behind every page: finds out who is asking, builds that person's menu, runs the page."""

from dashboard.ui import head

head.run()
