"""The entry workbook: what is asked of a place for an edition, written for a clerk to fill, and read back."""
