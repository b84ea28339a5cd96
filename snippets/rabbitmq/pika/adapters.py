from pathlib import Path

import pika

print(pika.__version__)
#> 1.4.4
for file in sorted(Path(pika.__file__).parent.glob("adapters/*_connection.py")):
    print(file.stem)
    #> asyncio_connection
    #> base_connection
    #> blocking_connection
    #> gevent_connection
    #> select_connection
    #> tornado_connection
    #> twisted_connection
