"""When s2sad was imported: what was written to a file before is what the code from it was made of."""
import time

STARTED = time.time()
