rabbitmqctl -q add_vhost shop
# The certificate is the login, so this user needs no password that anybody knows.
rabbitmqctl -q add_user shop-web "$(openssl rand -hex 32)"
rabbitmqctl -q clear_password shop-web
rabbitmqctl -q set_permissions -p shop shop-web '^$' '^amq\.default$' '^$'
