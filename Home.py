"""The front door: `streamlit run Home.py` serves the pages and the plain routes from one process on one port."""

from functools import partial

from streamlit.starlette import App

from dashboard.ui import posture
from dashboard.web.middleware import middleware
from dashboard.web.routes import routes
from dashboard.web.upkeep import lifespan

posture.require_safe()

app = App("dashboard/ui/shell.py", routes=routes(), middleware=middleware(), lifespan=partial(lifespan, pages=True))
