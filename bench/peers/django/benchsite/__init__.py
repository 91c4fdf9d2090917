"""The bench's site on Django: small views, and a page of rows from a database."""
