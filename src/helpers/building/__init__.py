"""From executed chapters to pages and the book."""
