"""The library: policies and reports with their versions, meetings, questions of residents and their answers."""
