from sentry_sdk.utils import Dsn

dsn = Dsn("https://5e1f0c7d9a3b4826b7c04d5e6f718293@errors.example.org/7")
print("protocol  ", dsn.scheme)
#> protocol   https
print("public key", dsn.public_key)
#> public key 5e1f0c7d9a3b4826b7c04d5e6f718293
print("host      ", dsn.netloc)
#> host       errors.example.org
print("project   ", dsn.project_id)
#> project    7
print("envelopes ", dsn.to_auth().get_api_url())
#> envelopes  https://errors.example.org/api/7/envelope/
