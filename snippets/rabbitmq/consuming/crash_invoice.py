import sys

import invoice_once
from pika.adapters.blocking_connection import BlockingChannel


def crash(*_) -> None:
    sys.exit("crashed before the ack")


BlockingChannel.basic_ack = crash
invoice_once.main()
