package commands

import (
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// leaveJob leaves the groups that nobody linked to an area in time: police and municipality take no part in
// neighbourhood groups, and so neither does the bot (R1, R3).
func (e *Engine) leaveJob() Job {
	return eachDue(e, "leave", clockless((*storage.Tx).NextToLeave), (*storage.Tx).ChatsToLeave, (*Turn).leave)
}

// leave says why, and leaves once that is sent: of one priority, the first that was queued goes first.
func (t *Turn) leave(c storage.Chat) error {
	cause := fmt.Sprintf("leave:%d:%d", c.ID, c.LeaveAt)
	why := messages.Paragraphs(messages.S("leave.why"), messages.S("leave.how"))
	if err := t.TellChat(c, why, How{Cause: cause, Priority: storage.Reminder}); err != nil {
		return err
	}
	_, err := t.Tx.Queue(storage.Delivery{
		Cause: cause + ":go", ChatID: c.ID, Action: messages.LeaveChat, Priority: storage.Reminder, CreatedAt: t.Now.UnixMilli(),
	})
	if err != nil {
		return err
	}
	return t.Tx.SetLeaveAt(c.ID, time.Time{})
}
