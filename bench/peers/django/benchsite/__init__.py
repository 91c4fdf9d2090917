"""The bench's site on Django: small views, without a database."""
