from tasks import ask_bank, greet, make_report, send_mail

send_mail.delay("Amina", password="swordfish")
ask_bank.delay(1001)
greet.delay("Bilal")
make_report.delay("Monday")
