"""The audit: what a published report printed, against what the data and the report itself give."""
