package main

import (
	"fmt"
	"strings"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

const howto = `You play the people, and the phone with the bot's number. Type, for instance:

  2@...,...,...,...                 scans that QR code: what buurtbode pair --text prints
  ABCD-EFGH                         types that code on the phone: what buurtbode pair --phone prints
  anna: /start                      Anna writes to the bot in private
  anna: (vote 1)                    she votes for the first option of the bot's last poll
  (add Beheerders Lisse)            she makes a group, with the bot in it
  anna @ Beheerders Lisse: /saar    Anna writes in that group
  help                              shows the rest; ^D ends

`

const help = `  anna: TEXT               Anna writes in private; \n begins a new line
  anna @ GROUP: TEXT       Anna writes in a group, which she joins if she isn't in it
  anna: (vote 2)           an option of the bot's last poll, by its number or words; in a group too, as all of these
  anna: (reply TEXT)       answers the bot's last message
  anna: (react EMOJI)      to the bot's last message
  anna: (photo FILE)       a picture
  anna: (place 52.26 4.56) a shared location
  anna: (contact)          her own visiting card
  anna: (edit TEXT)        changes what she wrote last
  anna: (revoke)           withdraws it
  anna: (offline)          switches her phone off; (online)
  (add GROUP)              a group with the bot in it, which hides its members' numbers
  (open GROUP)             the same, but it shows their numbers
  (remove GROUP)           takes the bot out; (add GROUP) brings it back
  (announce GROUP)         only admins may write; (discuss GROUP) everyone again
  (admin anna @ GROUP)     makes Anna an admin; (admin bot @ GROUP) the bot
  (rename GROUP @ NAME)    changes a group's subject
  (drop)                   breaks the bot's connection
  (refuse 429 3)           refuses the next 3 messages of the bot
  (ban 60)                 keeps the bot out for 60 seconds
  (logout)                 removes the bot from the phone's linked devices
  (block)                  ends the bot's number
  quit                     ends, as ^D does
`

// welcome is the first screen.
func welcome(server *whatsapptest.Server, number string) string {
	return fmt.Sprintf("This is a stand-in for WhatsApp on this machine. Connect a bot to it in another terminal, with the number %s:\n\n"+
		"  export BUURTBODE_WHATSAPP=on\n  export BUURTBODE_WHATSAPP_SERVER='%s#%s'\n\n"+
		"Then: ./buurtbode pair --text, ./buurtbode run. It sends 12 messages a minute unless BUURTBODE_WHATSAPP_RATE says otherwise.\n\n%s",
		number, server.Addr(), server.PublicKey(), howto)
}

// what is a message as a person sees it.
func what(seen whatsapptest.Sight) string {
	m := seen.Message
	var b strings.Builder
	switch {
	case m.Revoked:
		return "(withdrawn)"
	case seen.Changed:
		b.WriteString("(changed) ")
	case m.Kind == whatsapptest.Text:
	case m.Kind == whatsapptest.Vote:
		return "(vote) " + strings.Join(m.Options, ", ")
	default:
		fmt.Fprintf(&b, "(%s) ", m.Kind)
	}
	b.WriteString(m.Text)
	for i, o := range m.Options {
		fmt.Fprintf(&b, "\n[%d. %s]", i+1, o)
	}
	return strings.ReplaceAll(b.String(), "\n", "\n    ")
}
