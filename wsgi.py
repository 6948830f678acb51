"""What a WSGI server loads: gunicorn wsgi:app."""

import os

from selfcheck import create_app
from selfcheck.config import Config
from selfcheck.operations.log_service import set_up_logging

config = Config.from_environ(os.environ, needs_secret=True)
set_up_logging(config.log)
app = create_app(config)
