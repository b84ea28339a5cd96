umask 077
# The certificate authority: its key stays offline, its certificate goes to everybody.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj "/CN=Shop CA" -addext keyUsage=critical,keyCertSign \
    -keyout ca.key -out ca.crt 2> openssl.log

# One for the server, which names the hosts that clients connect to; one for each program.
issue() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>> openssl.log
    echo "$2" > "$1.ext"
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 \
        -extfile "$1.ext" -out "$1.crt" 2>> openssl.log
}
issue rabbitmq "subjectAltName = DNS:localhost, IP:192.168.10.5
extendedKeyUsage = serverAuth"
issue shop-web "extendedKeyUsage = clientAuth"
