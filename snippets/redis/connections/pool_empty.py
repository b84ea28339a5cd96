import redis

pool = redis.ConnectionPool(host="localhost", port=6379, max_connections=2)
busy = [pool.get_connection(), pool.get_connection()]  # two threads at work

try:
    redis.Redis(connection_pool=pool).ping()
except redis.exceptions.MaxConnectionsError as error:
    print(error)
    #> Too many connections

for connection in busy:
    pool.release(connection)
pool.disconnect()
