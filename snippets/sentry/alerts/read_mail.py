import mailbox

for message in sorted(mailbox.Maildir("mail"), key=lambda mail: mail["Subject"]):
    print(message["To"], "|", message["Subject"])
