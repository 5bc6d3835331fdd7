package commands

import "github.com/buurtbode/buurtbode/messages"

// added says at once who the bot is and what it is for, when somebody adds it to a group, and how long it waits to be
// linked to an area: neighbourhood groups belong to the residents alone (R1, R3).
func (t *Turn) added() error {
	lang, err := t.e.chatLanguage(t.Tx, t.Chat)
	if err != nil {
		return err
	}
	t.Lang = lang
	if t.Chat.Kind != messages.Group || t.Chat.Linked() {
		return nil
	}
	if err := t.Tx.SetLeaveAt(t.Chat.ID, t.Now.Add(t.e.Settings.LeaveAfter)); err != nil {
		return err
	}
	return t.ReplyS(messages.S("joined.who"), messages.S("joined.link", messages.V{"Within": messages.Ago(t.e.Settings.LeaveAfter)}))
}
