"""What a page may use: the guard, the filters, asking, and the parts of the page grammar."""

from dashboard.ui.frame import page

__all__ = ["page"]
