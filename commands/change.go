package commands

import (
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// deletable is how long a network lets a message be taken back: Telegram 48 hours
// (https://core.telegram.org/bots/api#deletemessage), less an hour for what waits in the queue.
const deletable = 47 * time.Hour

// changeAll gives what was sent with a cause another text, everywhere: where it still waits, it goes out with the new
// text; where it was sent, it is edited; where the network doesn't allow that any more, the new text answers it. Where the
// message turns out to be gone, or its chat to have moved, the outbox says the new text anew.
func (t *Turn) changeAll(cause string, sent time.Time, c messages.Content, how How) error {
	return t.changeEach(cause, sent, c, c, how, map[storage.Variant]bool{})
}

// changeEach is changeAll with another text for where it answers the one that can't be edited. Variants that are done are
// left alone, and those that it changes are done.
func (t *Turn) changeEach(cause string, sent time.Time, edited, said messages.Content, how How, done map[storage.Variant]bool) error {
	variants, err := t.Tx.Variants(storage.WhereItWent(cause), t.e.Catalog.Fallback())
	if err != nil {
		return err
	}
	for v := range variants {
		if done[v] {
			continue
		}
		done[v] = true
		limits := t.e.Limits(v.Platform)
		parts := edited.Render(t.e.Catalog, v.Language, limits)
		before, err := t.Tx.PartsOf(cause, v)
		if err != nil {
			return err
		}
		editable := len(parts) == before && (limits.EditWindow == 0 || t.Now.Sub(sent) < limits.EditWindow)
		if !editable {
			parts = said.Render(t.e.Catalog, v.Language, limits)
		}
		texts, err := t.Tx.StoreText(how.Cause, v, parts)
		if err != nil {
			return err
		}
		if editable {
			if err := t.editAll(cause, v, texts, how); err != nil {
				return err
			}
			continue
		}
		post, err := t.postOf(how)
		if err != nil {
			return err
		}
		if _, err := t.Tx.FanOut(post, storage.WhereItWent(cause), v, t.e.Catalog.Fallback(), texts); err != nil {
			return err
		}
	}
	return nil
}

// editAll edits every part of what was sent with a cause in a variant, and rewords what still waits.
func (t *Turn) editAll(cause string, v storage.Variant, texts []int64, how How) error {
	post := how.post(t.Now)
	post.Action, post.Anew = messages.Edit, true
	for i, text := range texts {
		if _, err := t.Tx.FanOutPart(post, storage.WhatWasSent(cause, i+1), v, t.e.Catalog.Fallback(), i+1, text); err != nil {
			return err
		}
	}
	return t.Tx.Reword(cause, v, texts)
}

// takeBack removes what was sent with a cause, everywhere, and cancels what still waits.
func (t *Turn) takeBack(cause string, how How) error {
	variants, err := t.Tx.Variants(storage.WhereItWent(cause), t.e.Catalog.Fallback())
	if err != nil {
		return err
	}
	post := how.post(t.Now)
	post.Action = messages.Withdraw
	for v := range variants {
		parts, err := t.Tx.PartsOf(cause, v)
		if err != nil {
			return err
		}
		for part := 1; part <= parts; part++ {
			if _, err := t.Tx.FanOutPart(post, storage.WhatWasSent(cause, part), v, t.e.Catalog.Fallback(), part, 0); err != nil {
				return err
			}
		}
	}
	return nil
}
