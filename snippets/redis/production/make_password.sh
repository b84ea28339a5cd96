umask 077
openssl rand -hex 32 > default.password
cat > password.conf <<END
bind 127.0.0.1
port 6379
requirepass $(cat default.password)
daemonize yes
pidfile redis.pid
logfile redis.log
END
