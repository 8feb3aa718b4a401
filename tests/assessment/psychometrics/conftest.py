"""One thread for numpy, as `calibrate` sets it: several only wait for each other."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
