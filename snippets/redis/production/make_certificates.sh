umask 077
# The certificate authority: its key stays offline, its certificate goes to every client.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj "/CN=Shop CA" -addext keyUsage=critical,keyCertSign \
    -keyout ca.key -out ca.crt 2> openssl.log

# The server's certificate names the hosts that clients connect to.
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -subj "/CN=localhost" -keyout redis.key -out redis.csr 2>> openssl.log
echo "subjectAltName = DNS:localhost" > names.txt
openssl x509 -req -in redis.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 \
    -extfile names.txt -out redis.crt 2>> openssl.log
