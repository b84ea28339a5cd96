from shop import app

app.conf.broker_transport_options = {
    "socket_timeout": 10,  # for commands; without it, a publish may wait forever
    "socket_connect_timeout": 5,
    "socket_keepalive": True,  # keeps firewalls from forgetting a quiet connection
    "health_check_interval": 5,  # seconds; 25 by default, 0 switches it off
}
