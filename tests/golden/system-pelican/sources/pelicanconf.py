import os

AUTHOR = "Sal Weir"
SITENAME = "Salt Road"
SITEURL = "https://pelican.example.com"
PATH = "content"
TIMEZONE = "Europe/Paris"
DEFAULT_LANG = "en"
ARTICLE_URL = "{date:%Y}/{date:%b}/{slug}/"
SECRET = os.environ.get("SECRET")
