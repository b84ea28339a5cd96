import logging

from reminders import remind

# Without this, the sender's warnings go nowhere.
logging.basicConfig(format="%(levelname)s %(message)s")

remind.apply_async(["in 2 seconds"], countdown=2)
remind.apply_async(["in 2 seconds"], countdown=2)
remind.delay("now")
