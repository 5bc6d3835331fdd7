package telegram

import (
	"context"
	"fmt"
	"net/url"

	"github.com/go-telegram/bot"

	"github.com/buurtbode/buurtbode/messages"
)

// manyPending is a queue that a running bot works off in a minute; a longer one means that none was running.
const manyPending = 1000

// Check finds out whether the account is set up as it should be, for an operator who asks. It changes nothing and
// blocks for at most three small calls.
func (t *Telegram) Check(ctx context.Context) []messages.Finding {
	callCtx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	me, err := t.api.GetMe(callCtx)
	if err != nil {
		if tokenRefused(err) {
			return []messages.Finding{{Text: "Telegram refuses the token: get a new one from @BotFather"}}
		}
		return []messages.Finding{{Text: "Telegram can't be reached: " + t.plain(err).Error()}}
	}
	t.me.Store(me)
	out := []messages.Finding{{OK: true, Text: fmt.Sprintf("Telegram accepts the token; the bot is @%s", me.Username)}}
	if !me.CanJoinGroups {
		out = append(out, messages.Finding{Text: "the bot can't be added to groups: @BotFather, /setjoingroups, Enable"})
	}
	if me.CanReadAllGroupMessages {
		out = append(out, messages.Finding{OK: true, Text: "privacy mode is off: the bot sees everything said in its groups, " +
			"which it doesn't need: @BotFather, /setprivacy, Enable"})
	} else {
		out = append(out, messages.Finding{OK: true, Text: "privacy mode is on: in groups the bot sees commands, answers to it and buttons only, which is all it needs"})
	}
	return append(out, t.checkWebhook(ctx)...)
}

func (t *Telegram) checkWebhook(ctx context.Context) []messages.Finding {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := t.api.GetWebhookInfo(ctx)
	if err != nil {
		return []messages.Finding{{Text: "whether a webhook is set can't be found out: " + t.plain(err).Error()}}
	}
	var out []messages.Finding
	if info.URL != "" {
		out = append(out, messages.Finding{Text: "a webhook is set (" + host(info.URL) + "): another program receives this bot's messages; it is removed when the bot starts"})
	}
	return append(out, messages.Finding{
		OK: info.PendingUpdateCount < manyPending, Text: fmt.Sprintf("%d messages wait to be fetched", info.PendingUpdateCount),
	})
}

// dropWebhook removes a webhook that is set: with one, Telegram answers no getUpdates. Failing is no reason not to run.
func (t *Telegram) dropWebhook(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := t.api.GetWebhookInfo(ctx)
	if err != nil {
		t.log.Warn("asking for a webhook failed", "cause", t.plain(err))
		return
	}
	if info.URL == "" {
		return
	}
	if _, err := t.api.DeleteWebhook(ctx, &bot.DeleteWebhookParams{}); err != nil {
		t.log.Warn("removing the webhook failed", "cause", t.plain(err))
		return
	}
	t.log.Warn("a webhook was set and is removed: this program fetches the messages itself", "host", host(info.URL))
}

// host is the part of a webhook's address that is no secret.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "unknown address"
	}
	return u.Host
}
