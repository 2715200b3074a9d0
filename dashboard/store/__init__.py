"""Two stores: records in SQL, facts in Delta tables."""
