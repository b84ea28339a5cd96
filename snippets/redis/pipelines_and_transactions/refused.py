import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)

pipe = client.pipeline()
pipe.set("order:7", "paid")
pipe.execute_command("SETT", "order:2", "paid")  # no such command
try:
    pipe.execute()
except redis.exceptions.ResponseError as error:
    command, reason = str(error).split(": ", 1)
    print(command)
    #> Command # 2 (SETT order:2 paid) of pipeline caused error
    print(reason.strip())
    #> unknown command 'SETT', with args beginning with: 'order:2' 'paid'
print(client.exists("order:7"))
#> 0

client.close()
