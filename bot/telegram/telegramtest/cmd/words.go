package main

import (
	"fmt"
	"strings"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
)

const howto = `You play the people. Type, for instance:

  anna: /start                      Anna writes to the bot in private
  anna: (tap 1)                     she taps the first button
  (add Beheerders Lisse)            she makes a group, with the bot in it
  anna @ Beheerders Lisse: /saar    Anna writes in that group
  help                              shows the rest; ^D ends

`

const help = `  anna: TEXT               Anna writes in private; \n begins a new line
  anna @ GROUP: TEXT       Anna writes in a group or posts in a channel
  anna: (tap 2)            a button, by its number or words; in a group too, as all of these
  anna: (photo FILE)       a picture; (file FILE) sends it as a file
  anna: (place 52.26 4.56) a shared location
  anna: (contact)          her own visiting card
  anna: (voice)            a voice message
  anna: (edit TEXT)        changes what she wrote last
  anna: (speaks en)        the language of her app; nl before
  anna: (block)            blocks the bot; (unblock)
  (add GROUP)              a group with the bot in it; (forum GROUP) with topics, (channel NAME)
  (remove GROUP)           takes the bot out
  (admin anna @ GROUP)     makes Anna an administrator; who made the group is one
  (upgrade GROUP)          makes a supergroup of a group
  (run ARGUMENTS)          with -with: runs the program on the same database: (run invite officer --area Lisse)
  quit                     ends, as ^D does
`

// welcome is the first screen.
func welcome(server *telegramtest.Server, with string) string {
	if with != "" {
		return fmt.Sprintf("This is a stand-in for Telegram on this machine, and %s is connected to it.\n%s", with, howto)
	}
	return fmt.Sprintf("This is a stand-in for Telegram on this machine. Connect a bot to it in another terminal:\n\n"+
		"  BUURTBODE_TELEGRAM_API=%s BUURTBODE_TELEGRAM_TOKEN=%s ./buurtbode run\n\n%s", server.URL(), server.Token(), howto)
}

// shown is what the bot did, as the people see it.
func shown(m telegramtest.Message) string {
	where := "to " + m.In
	if m.Chat < 0 {
		where = "@ " + m.In
	}
	what := ""
	if m.Action == telegramtest.Edited {
		what = "(changed) "
	}
	text := strings.ReplaceAll(what+m.String(), "\n", "\n    ")
	return fmt.Sprintf("bot %s: %s\n", where, text)
}
