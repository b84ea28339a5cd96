import sys
from importlib import import_module

whose_connection = import_module(sys.argv[1]).whose_connection
print("connection:", whose_connection.delay().get(timeout=10))
