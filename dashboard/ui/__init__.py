"""The Streamlit shell: guard, filters, and how an answer is shown."""
