import pika

print("The URL ends with | virtual host")
for end in ("", "/", "/%2F", "/shop", "/shop%2Feu", "/shop/"):
    parameters = pika.URLParameters(f"amqps://user:secret@host{end}")
    print(f"*`host{end}`* | `{parameters.virtual_host}`")
