"""Common Ground: the dashboard on which a police agency and its community look at the same honest numbers."""

import os

__version__ = "0.1.0"

# Before numpy is loaded: our matrices are small, and threads of its algebra that wait for each other cost three times the time when several
# visitors ask at once. The engine that counts rows has its own threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
