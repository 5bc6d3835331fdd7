package commands

import "github.com/buurtbode/buurtbode/messages"

// privacyCommand says what is stored, why, how long, and who sees it (domain.md, "Privacy").
func privacyCommand() Command {
	return Command{Name: "privacy", Run: func(t *Turn, _ string) error {
		days := messages.V{"Days": messages.Ago(keepTexts)}
		return t.ReplyS(
			messages.S("privacy.title"), messages.S("privacy.what"), messages.S("privacy.why"),
			messages.S("privacy.long", days), messages.S("privacy.who"), messages.S("privacy.yours"),
		)
	}}
}
