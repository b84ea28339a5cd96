import sessions
from sessions import current_user, log_in

laptop, phone = log_in("amina"), log_in("amina")
print(current_user(laptop), current_user("guessed"))

key = sessions.session_key(laptop)
sessions.client.expire(key, 60)  # as if 29 of 30 minutes had passed
current_user(laptop)
print("starts again:", sessions.client.ttl(key) > 29 * 60)

renewed = sessions.renew(laptop)
print("old token:", current_user(laptop), "new token:", current_user(renewed))

print("sessions ended:", sessions.log_out_everywhere("amina"))
print(current_user(renewed), sessions.renew(phone))
sessions.client.close()
