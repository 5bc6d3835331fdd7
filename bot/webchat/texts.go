package webchat

import "github.com/buurtbode/buurtbode/messages"

// sentences are what the page says. A value in braces is put in by the page.
func sentences(emergency string) []messages.Say {
	s := messages.S
	count := messages.V{"Count": "{Count}"}
	return []messages.Say{
		s("web.skip"), s("web.chats"), s("web.messages"), s("web.back"), s("web.close"), s("web.you"), s("web.unread", count), s("web.new"),
		s("web.today"), s("web.yesterday"), s("web.earlier"), s("web.tooearly"), s("web.down"),
		s("web.about.bot"), s("web.about.channel", count), s("web.empty", messages.V{"Emergency": emergency}), s("web.begin"), s("web.left"),
		s("web.box"), s("web.send"), s("web.sending"), s("web.taken"), s("web.refused"), s("web.toolong"), s("web.gone"), s("web.offline"),
		s("web.readonly"), s("web.readonly.left"), s("web.commands"), s("web.choices"),
		s("web.reply"), s("web.reply.cancel"), s("web.replyto"), s("web.edited"), s("web.withdrawn"),
		s("web.attach"), s("web.attach.photo"), s("web.attach.place"), s("web.attach.contact"), s("web.attach.file"),
		s("web.photo"), s("web.photo.open"), s("web.nophoto"), s("web.caption"), s("web.file"), s("web.file.get", messages.V{"Size": "{Size}"}), s("web.file.gone"), s("web.file.failed"),
		s("web.place"), s("web.place.here"), s("web.place.none"), s("web.contact"), s("web.contact.name"), s("web.contact.phone"),
		s("web.language"), s("web.theme"),
	}
}

// stageSentences are what it says on a stage only.
func stageSentences() []messages.Say {
	s := messages.S
	return []messages.Say{
		s("web.youare"), s("web.choose"), s("web.others"),
		s("web.clock"), s("web.clock.hour"), s("web.clock.day"), s("web.clock.monday"), s("web.clock.failed"),
		s("web.clock.now", messages.V{"Time": "{Time}"}),
		s("web.tour.open"), s("web.tour.close"), s("web.tour.more"), s("web.tour.next"), s("web.tour.back"), s("web.tour.done"),
		s("web.tour.count", messages.V{"Step": "{Step}", "Steps": "{Steps}"}), s("web.tour.be", messages.V{"Name": "{Name}"}),
		s("web.tour.1.title"), s("web.tour.1.text"),
		s("web.tour.2.title"), s("web.tour.2.text"), s("web.tour.2.box"),
		s("web.tour.3.title"), s("web.tour.3.text"), s("web.tour.3.box"),
		s("web.tour.4.title"), s("web.tour.4.text"),
		s("web.tour.5.title"), s("web.tour.5.text"),
		s("web.tour.6.title"), s("web.tour.6.text"),
		s("web.tour.7.title"), s("web.tour.7.text"),
	}
}

// texts are the sentences of the page in a language, by their ids.
func (w *Webchat) texts(lang string) map[string]string {
	all := sentences(w.cfg.Emergency)
	if w.cfg.Stage != nil {
		all = append(all, stageSentences()...)
	}
	out := make(map[string]string, len(all))
	for _, s := range all {
		out[s.ID] = w.cfg.Say(lang, s)
	}
	return out
}
