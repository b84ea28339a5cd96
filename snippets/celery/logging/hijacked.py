import logging

from tasks import app

app.conf.worker_hijack_root_logger = True  # the default
logging.basicConfig(filename="shop.log", level=logging.INFO)
logging.getLogger("stock").info("the warehouse is open")
