export SMTP_SERVER="localhost:8025" MAIL_FROM="alerts@shop.example" MAIL_TO="oncall@shop.example"
export SLACK_WEBHOOK_URL="http://localhost:8080/slack"
export DISCORD_WEBHOOK_URL="http://localhost:8080/discord"
export TWILIO_API="http://localhost:8080" # the stand-in; without this line: Twilio
export TWILIO_ACCOUNT_SID="AC00000000000000000000000000000000" TWILIO_AUTH_TOKEN="from-your-console"
export WHATSAPP_FROM="+15550100" WHATSAPP_TO="+15550101"
export SMS_FROM="+15550100" SMS_TO="+15550101"
export WHATSAPP_TEMPLATE="HX00000000000000000000000000000000"
