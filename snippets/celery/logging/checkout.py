from logs import request_id
from orders import pack

request_id.set("req-7f3a")  # in a web application: a middleware, for each request
pack.delay(1001).get(timeout=20)
