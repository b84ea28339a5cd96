umask 077
for user in shop replica sentinel sentinels; do
  openssl rand -hex 32 > $user.password
done
hashed() { printf '%s' "$(cat "$1.password")" | sha256sum | cut -d ' ' -f 1; }

# The same users on every server, for each replica may become the primary.
cat > users.conf << END
user default off
user shop on #$(hashed shop) ~order:* +@read +@write +@connection +info
user replica on #$(hashed replica) +ping +replconf +psync
user sentinel on #$(hashed sentinel) &* +ping +info +role +publish +subscribe +multi +exec +slaveof +config|rewrite +client|setname +client|kill +script|kill
END
echo "masterauth $(cat replica.password)" > replica-secret.conf
cat > sentinel-secret.conf << END
sentinel auth-pass orders $(cat sentinel.password)
requirepass $(cat sentinels.password)
sentinel sentinel-pass $(cat sentinels.password)
END
