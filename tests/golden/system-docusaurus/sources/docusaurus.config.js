export default {
  title: 'Pump House',
  url: 'https://docusaurus.example.com', // no slash
  baseUrl: '/team/',
  presets: [['classic', {
    blog: {
      routeBasePath: 'news',
    },
  }]],
};
