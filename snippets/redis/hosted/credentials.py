import redis

current = {"token": "token-of-monday"}


class TokenLogin(redis.CredentialProvider):
    """redis-py asks for a login whenever it opens a connection.

    In your program, `get_credentials` fetches a token from the service's SDK.
    """

    def get_credentials(self) -> tuple[str, str]:
        return "app", current["token"]


def ping(client: redis.Redis) -> str:
    try:
        return str(client.ping())
    except redis.exceptions.AuthenticationError as error:
        return str(error)


service = redis.Redis(decode_responses=True)
rules = {"enabled": True, "keys": ["*"], "commands": ["+@all"]}
service.acl_setuser("app", passwords=["+token-of-monday"], **rules)

url = "redis://localhost:6379/0"
fixed = redis.Redis.from_url(url, username="app", password="token-of-monday")
provided = redis.Redis.from_url(url, credential_provider=TokenLogin())
print("fixed:", ping(fixed))
#> fixed: True
print("provided:", ping(provided))
#> provided: True

# A day later the old token is worthless, and the service ends the connections.
service.acl_setuser("app", passwords=["-token-of-monday", "+token-of-tuesday"], **rules)
current["token"] = "token-of-tuesday"
service.client_kill_filter(_type="normal", skipme=True)

print("fixed:", ping(fixed))
#> fixed: invalid username-password pair or user is disabled.
print("provided:", ping(provided))
#> provided: True

for client in (fixed, provided, service):
    client.close()
