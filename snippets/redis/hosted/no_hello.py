import redis

url = "redis://localhost:6379/0"
client = redis.Redis.from_url(url)
try:
    client.ping()
except redis.exceptions.ResponseError as error:
    print(str(error).strip())
    #> unknown command 'HELLO', with args beginning with: '3'
client.close()

client = redis.Redis.from_url(url, protocol=2)
print(client.ping())
#> True
client.close()

# Where only a URL can be set, in Celery or Django for example:
client = redis.Redis.from_url("redis://localhost:6379/0?protocol=2")
print(client.ping())
#> True
client.close()
