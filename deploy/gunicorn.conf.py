"""Settings of gunicorn: gunicorn --config deploy/gunicorn.conf.py wsgi:app

What differs from one machine to the next comes from the environment (see deploy/README.md).
"""

import os
import shutil
from pathlib import Path

SLOT = "SELFCHECK_WORKER_SLOT"

wsgi_app = "wsgi:app"
chdir = str(Path(__file__).resolve().parent.parent)
bind = os.environ.get("SELFCHECK_BIND", "127.0.0.1:8000")
proc_name = "selfcheck"
umask = 0o077

# Two processes use two cores; while one thread waits for the database, others go on.
workers = int(os.environ.get("SELFCHECK_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("SELFCHECK_THREADS", "8"))
# The heartbeat of the workers is a file: on a disk, it would wait when the disk is busy.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# A worker that shows no sign of life for so long is replaced; a slow request alone is none.
timeout = 120
# At a stop or a restart: as long as the largest upload or the city's workbook may take.
graceful_timeout = 60
# Longer than a proxy keeps its connections, so that it is the one who closes them.
keepalive = 75
# Workers are renewed now and then, not all at once: what leaks never adds up.
max_requests = 20_000
max_requests_jitter = 2_000

# Addresses of pages are never longer; forms are sent in the body.
limit_request_line = 4094
limit_request_fields = 60

control_socket_disable = True
# The application itself writes one line for each request, without addresses and names.
accesslog = None
errorlog = "-"
loglevel = "info"
# This is how the first process writes; workers write by selfcheck.operations.log_service.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(process)d",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}

# Where the workers put their numbers for /metrics; must stand before anything is imported.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", f"/dev/shm/selfcheck-metrics-{os.getpid()}")  # noqa: S108


def on_starting(server):
    """Begin to count anew."""
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()


def pre_fork(server, worker):
    """Give the worker the lowest free place: it goes on with the numbers of whoever had it.

    During a reload old and new workers live side by side, each with a place of its own.
    """
    taken = {getattr(other, "slot", None) for other in server.WORKERS.values()}
    worker.slot = min(set(range(len(taken) + 1)) - taken)


def post_fork(server, worker):
    """Tell the application its place before it is loaded."""
    os.environ[SLOT] = str(worker.slot)


def on_exit(server):
    """Leave nothing behind in the memory."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
