package commands

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// weeklyCommand shows the summary that is planned, posts it now, or skips it.
func weeklyCommand() Command {
	return Command{Name: "weekly", Args: "[preview, post, skip, channel]", Action: RunWeekly, Words: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		verb, place := t.e.weeklyVerb(args)
		hosts, err := t.hostsMeant(place)
		if err != nil {
			return err
		}
		switch verb {
		case verbPost:
			return t.postNow(hosts)
		case verbChannel, verbNoChannel:
			return t.wantInChannel(hosts, verb == verbChannel)
		}
		return t.inOwnChat("weekly", func() error {
			if verb == verbSkip {
				return t.askSkip(hosts)
			}
			return t.showWeeks(hosts)
		})
	}}
}

// What can be done with a summary; as words in a button.
const (
	verbView = "view"
	verbPost = "post"
	verbAdd  = "add"
	verbSkip = "skip"
	verbKeep = "keep"

	verbChannel   = "channel"
	verbNoChannel = "nochannel"
)

// weeklyVerb divides what stands after the command into what is to be done, and the name of an area.
func (e *Engine) weeklyVerb(args string) (verb, place string) {
	first, rest, _ := strings.Cut(args, " ")
	switch word := storage.Fold(first); {
	case slices.Contains(e.words.post, word):
		return verbPost, strings.TrimSpace(rest)
	case slices.Contains(e.words.skipWeek, word):
		return verbSkip, strings.TrimSpace(rest)
	case slices.Contains(e.words.preview, word):
		return verbView, strings.TrimSpace(rest)
	case slices.Contains(e.words.channel, word):
		words := strings.Fields(rest)
		if n := len(words); n > 0 && slices.Contains(e.words.off, storage.Fold(words[n-1])) {
			return verbNoChannel, strings.Join(words[:n-1], " ")
		}
		return verbChannel, strings.TrimSpace(rest)
	}
	return verbView, args
}

// summaryCommand is behind the buttons under a summary: what to do, the area whose groups read it or 0 for all of the
// officer's, and, for skipping, which moment was meant.
func summaryCommand() Command {
	return Command{Name: "summary", Action: RunWeekly, Words: true, Hidden: true, Run: func(t *Turn, args string) error {
		var verb string
		var host, moment int64
		if n, _ := fmt.Sscan(args, &verb, &host, &moment); n < 2 {
			return messages.Refuse("unknown.command")
		}
		hosts, err := t.hostsMeant("")
		if err != nil {
			return err
		}
		if host != 0 {
			i := slices.IndexFunc(hosts, func(a storage.Area) bool { return a.ID == host })
			if i < 0 {
				return messages.Refuse("weekly.notyours")
			}
			hosts = hosts[i : i+1]
		}
		switch verb {
		case verbPost:
			return t.postNow(hosts)
		case verbChannel, verbNoChannel:
			return t.wantInChannel(hosts, verb == verbChannel)
		case verbSkip, verbKeep:
			return t.skip(hosts, moment, verb == verbSkip)
		case verbAdd:
			t.KeepButtons() // the form may be cancelled
			s := form.New("")
			s.Set("host", idValue(host))
			return t.StartForm("note", s)
		case verbView:
			t.KeepButtons() // a list of areas, from which others may be chosen too
			return t.showWeek(host)
		}
		return messages.Refuse("unknown.command")
	}}
}

func summaryData(verb string, host int64, moment time.Time) string {
	data := "/summary " + verb + " " + idValue(host)
	if !moment.IsZero() {
		data += " " + strconv.FormatInt(moment.UnixMilli(), 10)
	}
	return data
}

// hostsMeant are the areas whose admin groups read the summaries of the person's own areas, sorted by name: of the one
// that is named, of the group in which this is said, or of all.
func (t *Turn) hostsMeant(place string) ([]storage.Area, error) {
	own, err := t.ownAreas(RunWeekly)
	if err != nil {
		return nil, err
	}
	hosts, err := t.Tx.Hosts()
	if err != nil {
		return nil, err
	}
	own = slices.DeleteFunc(own, func(a storage.Area) bool {
		switch {
		case place != "":
			return storage.Fold(a.Name) != storage.Fold(place) && storage.Fold(a.Full()) != storage.Fold(place)
		case !t.Private() && t.Chat.Linked():
			return hosts[a.ID] != *t.Chat.AreaID
		}
		return false
	})
	if len(own) == 0 {
		return nil, messages.Refuse("weekly.notyours")
	}
	var ids []int64
	for _, a := range own {
		if h := hosts[a.ID]; h != 0 && !slices.Contains(ids, h) {
			ids = append(ids, h)
		}
	}
	if len(ids) == 0 {
		return nil, messages.Refuse("weekly.nogroup", messages.V{"Count": len(own), "Names": listed(fullNames(own))})
	}
	return t.Tx.AreasByID(ids)
}

// soon is until when a summary tells that is asked for now: what happened this very moment is in it.
func (t *Turn) soon() time.Time { return t.Now.Add(time.Millisecond) }

// postNow posts the summaries of areas at once, where there is anything to tell.
func (t *Turn) postNow(hosts []storage.Area) error {
	weeks, err := t.newsOf(t.soon(), idsOf(hosts)...)
	if err != nil {
		return err
	}
	if len(weeks) == 0 {
		return t.nothingYet(hosts)
	}
	if weeks, err = t.withoutSkipped(weeks); err != nil {
		return err
	}
	if err := t.fill(weeks); err != nil {
		return err
	}
	names := make([]string, len(weeks))
	for i, w := range weeks {
		names[i] = w.area.Full()
		if err := t.post(w, t.Person.ID); err != nil {
			return err
		}
	}
	slices.Sort(names)
	return t.ReplyS(messages.S("weekly.posted", messages.V{"Count": len(names), "Names": listed(names)}))
}

// withoutSkipped leaves out the areas whose officer wants no summary this time, unless nothing else is meant.
func (t *Turn) withoutSkipped(weeks []*week) ([]*week, error) {
	skipped, err := t.Tx.SkippedSummaries()
	kept := slices.DeleteFunc(slices.Clone(weeks), func(w *week) bool { return skipped[w.host] })
	if err != nil || len(kept) == 0 {
		return weeks, err
	}
	return kept, nil
}

// summaryLife is how long a summary is worth sending that could not be delivered.
const summaryLife = oneDay

// post posts a summary, once until its moment. author is who did so by hand; 0: the clock.
func (t *Turn) post(w *week, author int64) error {
	added, err := t.remember(w, storage.SummaryPosted)
	if err != nil || !added {
		return err
	}
	_, err = t.TellAll(storage.SummaryReaders(w.host, w.areas), t.weekContent(w), How{
		Cause: fmt.Sprintf("weekly:%d:%d", w.host, w.until.UnixMilli()), Priority: storage.Summary, Expires: t.Now.Add(summaryLife), Author: author,
		Calm: true,
	})
	return err
}

// remember keeps what became of a summary: the next one tells what comes after it.
func (t *Turn) remember(w *week, state storage.SummaryState) (bool, error) {
	return t.Tx.AddSummary(storage.WeeklySummary{
		AreaID: w.host, UntilAt: w.until.UnixMilli(), State: state, CreatedAt: t.Now.UnixMilli(),
	}, w.areas)
}

// askSkip skips the planned summary; of several areas it asks which one.
func (t *Turn) askSkip(hosts []storage.Area) error {
	planned, err := t.planned()
	if err != nil {
		return err
	}
	if len(hosts) == 1 || planned.IsZero() {
		return t.skip(hosts, 0, true)
	}
	c := messages.Paragraphs(messages.S("weekly.skip.which"))
	for i, a := range hosts[:min(len(hosts), areasAsked)] {
		c = c.With(messages.Option{Number: i + 1, Label: messages.Verbatim(a.Full()), Data: summaryData(verbSkip, a.ID, planned)})
	}
	return t.Reply(c.With(messages.Option{Label: messages.S("weekly.skip.all"), Data: summaryData(verbSkip, 0, planned)}))
}

// skip skips the planned summary of areas, or takes that back. moment is the one that was meant, in UTC milliseconds;
// 0: the next.
func (t *Turn) skip(hosts []storage.Area, moment int64, skip bool) error {
	planned, err := t.planned()
	switch {
	case err != nil:
		return err
	case planned.IsZero():
		return messages.Refuse("weekly.unplanned")
	case moment != 0 && moment != planned.UnixMilli():
		return messages.Refuse("weekly.past")
	}
	for _, a := range hosts {
		if skip {
			err = t.Tx.SkipSummary(a.ID, t.Now)
		} else {
			err = t.Tx.KeepSummary(a.ID)
		}
		if err != nil {
			return err
		}
	}
	values := messages.V{"Count": len(hosts), "Names": listed(fullNames(hosts)), "When": messages.Moment(planned)}
	if !skip {
		return t.ReplyS(messages.S("weekly.kept", values))
	}
	which := int64(0)
	if len(hosts) == 1 {
		which = hosts[0].ID
	}
	return t.Reply(messages.Paragraphs(messages.S("weekly.skipped", values)).With(
		messages.Option{Label: messages.S("weekly.keep"), Data: summaryData(verbKeep, which, planned)},
	))
}
