"""Facts -> what a reader sees: prose, tables, figures, cases, cards."""
