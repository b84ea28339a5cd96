umask 077
for user in admin shop; do
    openssl rand -hex 32 > "$user.password"
done
# A password's SHA-256 is all that the server needs to know of it.
hashed() { printf '%s' "$(cat "$1.password")" | sha256sum | cut -d ' ' -f 1; }

cat > users.conf <<END
user default off
user admin on #$(hashed admin) ~* &* +@all
user shop on #$(hashed shop) ~shop:* &shop:* +@read +@write +@transaction +@pubsub +@connection +eval +evalsha +script|load -@dangerous
END
