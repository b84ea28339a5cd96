from kombu import Connection
from shop import OPTIONS, app, pack

app.conf.broker_transport_options = OPTIONS | {"master_name": "mymaster"}
try:
    pack.apply_async([1], retry=False, ignore_result=True)
except Exception as error:
    print(str(error)[:36])

try:
    Connection("sentinel://localhost:26379/0").connect()  # without any options
except ValueError as error:
    print(error)
