"""What a WSGI server loads: gunicorn wsgi:app."""

import os

from selfcheck import create_app
from selfcheck.config import Config

app = create_app(Config.from_environ(os.environ, needs_secret=True))
