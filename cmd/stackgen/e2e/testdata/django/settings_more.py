
# What Django's guide says for a site behind a proxy.
DEBUG = False
ALLOWED_HOSTS = ["www.example.com"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = True
STATIC_ROOT = BASE_DIR / "collected"
